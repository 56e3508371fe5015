/* Swagger UI over the document that the server makes from its own route tables. */
SwaggerUIBundle({
	url: '/openapi.json',
	domNode: document.querySelector('#docs'),
	docExpansion: 'list',
	defaultModelsExpandDepth: 0,
	displayRequestDuration: true,
	filter: true,
	persistAuthorization: true,
	tryItOutEnabled: true,
	validatorUrl: null,
});
